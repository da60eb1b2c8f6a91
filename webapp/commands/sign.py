"""``thidua sign``: a numbered paper, signed with a key in a file (docs/papers.md)."""

from datetime import UTC, datetime
from pathlib import Path

import click

from engine.signatures import sign_paper
from webapp.commands import FILE, in_plain_words

OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command("sign")
@click.argument("paper", type=FILE)
@click.option("--key", "key_file", type=FILE, required=True, help="PKCS #12 (.p12, .pfx).")
@click.option("--office", is_flag=True, help="Sign as the office, after the person did.")
@click.option("--image", type=FILE, help="PNG of the signature (blue) or the seal (red).")
@click.option("-o", "out", type=OUT, required=True, help="The signed file.")
@click.password_option(confirmation_prompt=False, envvar="SIGN_PASSWORD")
@in_plain_words
def command(
    paper: Path, key_file: Path, office: bool, image: Path | None, out: Path, password: str
) -> None:
    """Sign PAPER, as it was downloaded with its number, and write it to another file.

    A person's name in the certificate must stand in the signature block. Hand the signed
    file in on the page of the paper. The password is asked for, or comes from SIGN_PASSWORD.
    """
    signed = sign_paper(
        paper.read_bytes(),
        key_file.read_bytes(),
        password,
        is_office=office,
        image=image.read_bytes() if image else b"",
        at=datetime.now(UTC),
    )
    out.write_bytes(signed)
    click.echo(f"{out}: signed.")
