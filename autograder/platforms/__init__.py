"""In from learning platforms and back: what they let an instructor download, and what they take again.

One module a platform says how its download is laid out and how its sheet of grades is; :mod:`collecting`
and :mod:`filling` do the same for all of them. No platform is ever contacted: files come in, files go out.
"""
