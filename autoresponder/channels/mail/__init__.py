"""What the e-mail adapter (channels/email.py) is made of: reading a letter, manners, writing one, IMAP and SMTP."""
