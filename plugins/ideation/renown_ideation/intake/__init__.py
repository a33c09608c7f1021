"""Ideas from where people talk: a marked message or a mail becomes a draft in its author's name, once they agree."""
