"""What runs inside the sandbox. These few files and ``rnncourse`` are all of ours that is there."""
