"""Runs checkov's rules over all that the snapshots would deploy, without a network.

checkov reads an older Bicep, and of a template only what stands there as a value. In a snapshot everything is worked out: it is given as
a plain template. A rule that does not fit is left out by a comment at the resource in Bicep, `// checkov:skip=CKV_AZURE_1:the reason`, for
every resource of that type; a comment that leaves nothing out is a finding.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# Their rules are about config/web. The app has what they ask for on itself, and another kind of configuration in such a file.
NOT_MEANT = {"Microsoft.Web/sites/config"}

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
RESOURCE = re.compile(r"^resource \w+ '([\w.]+(?:/\w+)+)@[\w-]+' = .*\n((?:  //.*\n)*)", re.MULTILINE)
SKIP = re.compile(r"// checkov:skip=(\w+):\S")


def left_out(infra: Path) -> set[tuple[str, str]]:
    """Types of resources, each with a rule that does not fit it."""
    found = [each for file in sorted(infra.rglob("*.bicep")) for each in RESOURCE.findall(file.read_text())]
    return {(kind, rule) for kind, comments in found for rule in SKIP.findall(comments)}


def scan(snapshots: list[Path]) -> dict:
    checkov = Path(sys.executable).with_name("checkov")
    with tempfile.TemporaryDirectory() as folder:
        for file in snapshots:
            template = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": json.loads(file.read_text())}
            Path(folder, file.name).write_text(json.dumps(template, indent=2))
        options = ["--directory", folder, "--framework", "arm", "--skip-download", "--output", "json"]
        run = subprocess.run([checkov, *options], capture_output=True, text=True)
    try:
        return json.loads(run.stdout)
    except json.JSONDecodeError:
        sys.exit(f"checkov: expected its report, found {run.stdout[:200]!r}\n{run.stderr}")


def type_of(check: dict) -> str:
    return ".".join(check["resource"].split(".")[:2])


def main(infra: Path, folder: Path) -> int:
    snapshots = sorted(folder.glob("*.json"))
    report = scan(snapshots)
    summary, results = report["summary"], report["results"]
    skips = left_out(infra)
    failed = [check for check in results["failed_checks"] if type_of(check) not in NOT_MEANT]
    findings = [
        f"{check['file_path'].lstrip('/')}: {check['check_id']} {check['check_name']} ({check['resource']})"
        for check in failed
        if (type_of(check), check["check_id"]) not in skips
    ]
    used = {(type_of(check), check["check_id"]) for check in failed}
    findings += [f"infra: {rule} finds nothing in {kind}: take its comment away" for kind, rule in sorted(skips - used)]
    findings += [f"{name}: checkov cannot read it" for name in results["parsing_errors"]]
    if summary["passed"] == 0:
        findings.append(f"no rule passed: is anything in {folder}?")
    print(f"checkov: {len(snapshots)} snapshots, {summary['passed']} passed, {len(findings)} failed, {len(failed)} skipped with a reason")
    print("\n".join(findings))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
