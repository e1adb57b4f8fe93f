"""Lets `python -m zhengxie_nlp` do what the `zhengxie` command does."""

from zhengxie_nlp.cli import main

if __name__ == "__main__":
    main()
