"""Runs checkov's rules over the Bicep files, without a network, and says what it could not look into.

checkov reads an older Bicep: files with imports, typed arrays or user-defined types it leaves out. That is fine for as long as they
have no resource that it has rules for, and is a finding otherwise.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

# Their rules are about config/web. The app has what they ask for on itself, and another kind of configuration in such a file.
NOT_MEANT = {"microsoft.web/sites/config"}

RESOURCE = re.compile(r"^resource \w+ '([\w.]+(?:/\w+)+)@[\w-]+' (existing )?=", re.MULTILINE)


def scan(folder: Path) -> dict:
    checkov = Path(sys.executable).with_name("checkov")
    options = ["--directory", str(folder), "--framework", "bicep", "--skip-download", "--output", "json"]
    run = subprocess.run([checkov, *options], capture_output=True, text=True)
    try:
        return json.loads(run.stdout)
    except json.JSONDecodeError:
        sys.exit(f"checkov: expected its report, found {run.stdout[:200]!r}\n{run.stderr}")


def types_with_rules() -> set[str]:
    import checkov.arm.checks.resource
    import checkov.bicep.checks.resource.azure  # noqa: F401
    from checkov.arm.registry import arm_resource_registry
    from checkov.bicep.checks.resource.registry import registry

    return {name.lower() for rules in (arm_resource_registry, registry) for name in rules.checks} - NOT_MEANT


def main(folder: Path) -> int:
    report = scan(folder)
    summary, results = report["summary"], report["results"]
    findings = [
        f"{check['repo_file_path'].lstrip('/')}:{check['file_line_range'][0]}: {check['check_id']} {check['check_name']} ({check['resource']})"
        for check in results["failed_checks"]
    ]
    for check in results["skipped_checks"]:
        if not check["check_result"].get("suppress_comment"):
            findings.append(f"{check['repo_file_path'].lstrip('/')}: {check['check_id']} is skipped without a reason")
    ruled = types_with_rules()
    unread = [Path(name) for name in results["parsing_errors"]]
    for file in unread:
        types = {kind for kind, existing in RESOURCE.findall(file.read_text()) if not existing}
        hidden = sorted(kind for kind in types if kind.lower() in ruled)
        if hidden:
            findings.append(f"{file.name}: checkov cannot read this file, and has rules for {', '.join(hidden)}: move them to one that it can")
    if summary["passed"] == 0:
        findings.append(f"no rule passed: is anything in {folder}?")
    print(f"checkov: {summary['passed']} passed, {len(findings)} failed, {summary['skipped']} skipped with a reason")
    print(f"not read, and without resources that checkov has rules for: {' '.join(sorted(file.name for file in unread))}")
    print("\n".join(findings))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
