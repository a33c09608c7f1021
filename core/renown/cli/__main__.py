from renown.cli import main

main(prog_name="renown")
