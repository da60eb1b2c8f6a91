"""The certification authorities that an office trusts: one certificate in each file."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization

from engine.errors import UnsafeSettings

SUFFIXES = (".pem", ".crt", ".cer")


def read_roots(folder: Path | None) -> tuple[bytes, ...]:
    """Return the certificates in ``folder`` as DER, by name of file; none without a folder.

    :raises UnsafeSettings: there is no such folder, it holds no certificate, or a file is
        not one certificate of an authority.
    """
    if folder is None:
        return ()
    if not folder.is_dir():
        raise UnsafeSettings(f"{folder}: expected a folder of certificates")
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise UnsafeSettings(f"{folder} holds no file {', '.join(SUFFIXES)}")
    return tuple(_read_root(path) for path in paths)


def _read_root(path: Path) -> bytes:
    from cryptography import x509  # noqa: PLC0415  # large; most offices name no folder

    content = path.read_bytes()
    try:
        if b"-----BEGIN" in content:
            (certificate,) = x509.load_pem_x509_certificates(content)
        else:
            certificate = x509.load_der_x509_certificate(content)
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except (ValueError, x509.ExtensionNotFound) as error:
        raise UnsafeSettings(
            f"{path}: expected one certificate of an authority: {error}"
        ) from error
    if not basic.value.ca:
        raise UnsafeSettings(f"{path} is the certificate of a person, not of an authority")
    return certificate.public_bytes(serialization.Encoding.DER)
