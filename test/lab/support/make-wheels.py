"""Wheels of what Debian installs, into the folder /wheels: a wheel is a zip of the same files with a list of them."""

import glob
import os
import zipfile

packages = "/usr/lib/python3/dist-packages"
os.makedirs("/wheels", exist_ok=True)
for info in glob.glob(f"{packages}/*.dist-info"):
    name, version = os.path.basename(info).removesuffix(".dist-info").split("-")
    files = [
        os.path.relpath(os.path.join(folder, file), packages)
        for top in (f"{packages}/{name}", info)
        for folder, _, names in os.walk(top)
        for file in names
        if file not in ("RECORD", "INSTALLER") and not file.endswith(".pyc")
    ]
    record = f"{name}-{version}.dist-info/RECORD"
    with zipfile.ZipFile(f"/wheels/{name}-{version}-py3-none-any.whl", "w", strict_timestamps=False) as wheel:
        for file in files:
            wheel.write(os.path.join(packages, file), file)
        wheel.writestr(record, "".join(f"{file},,\n" for file in [*files, record]))
