"""The course without a notebook server: ``python -m rnncourse``. Nothing else imports this."""
