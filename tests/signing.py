"""Keys, certificates and signatures to test with: made here, known to nobody."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
END = datetime(2045, 1, 1, tzinfo=UTC)
CA = "Tổ chức chứng thực Mẫu"
OFFICE = "Ủy ban nhân dân phường Vạn Xuân"


@dataclass(frozen=True)
class Holder:
    """A key, its certificate, and the certificate of who issued it."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: x509.Certificate
    root: bytes

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def pyhanko(self):
        """Return certificate and key as pyHanko has them."""
        der = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (certificate,) = load_certs_from_pemder_data(self.pem)
        return certificate, load_private_key_from_pemder_data(der, None)


@cache
def authority(name: str) -> Holder:
    """Return a certification authority that signs its own certificate."""
    key = _key()
    certificate = (
        _begun(_named(name), _named(name), key, BEGIN, END)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Holder(key, certificate, certificate.public_bytes(serialization.Encoding.DER))


@cache
def holder(
    name: str = "Đặng Văn Ký",
    office: str = OFFICE,
    by: str = CA,
    end: datetime = END,
    stamps_time: bool = False,
) -> Holder:
    """Return a person or an office with a certificate of the authority ``by``."""
    key = rsa.generate_private_key(65537, 2048) if stamps_time else _key()
    issuer = authority(by)
    begun = (
        _begun(_named(name, office), issuer.certificate.subject, key, BEGIN, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature", "content_commitment"), critical=True)
    )
    if stamps_time:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        begun = begun.add_extension(purpose, critical=True)
    return Holder(key, begun.sign(issuer.key, hashes.SHA256()), issuer.root)


def sign_for_tests(
    content: bytes,
    who: Holder | None = None,
    *,
    field: str = "KySo",
    box: tuple[int, int, int, int] | None = None,
    time: datetime | None = None,
) -> bytes:
    """Return ``content`` with one more PAdES signature, as a program of a signer adds it.

    :param box: of the visible signature, in points on the last page; none: it is invisible.
    :param time: what a time stamp of the same authority proves; none: there is no stamp.
    """
    certificate, key = (who or holder()).pyhanko
    signer = signers.SimpleSigner(certificate, key, SimpleCertificateStore())
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    if box:
        fields.append_signature_field(writer, fields.SigFieldSpec(field, on_page=-1, box=box))
    metadata = signers.PdfSignatureMetadata(
        field_name=field, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    timestamper = None
    if time is not None:
        stamper, stamper_key = holder("Dịch vụ cấp dấu thời gian", stamps_time=True).pyhanko
        timestamper = DummyTimeStamper(stamper, stamper_key, fixed_dt=time)
    pdf_signer = signers.PdfSigner(metadata, signer=signer, timestamper=timestamper)
    # Its own thread: the signing loop can't start in a thread where a browser's loop runs.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(pdf_signer.sign_pdf, writer).result().getvalue()


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _begun(subject, issuer, key, begin, end):
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def _named(name: str, office: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if office:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, office))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(*names: str) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{one: one in names for one in every})
