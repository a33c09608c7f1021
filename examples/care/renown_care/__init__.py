"""Customer care on top of any network: who asked, who answered, and whether it helped."""
