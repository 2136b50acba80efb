"""The child process of a proof: it executes both versions of one program, or a rule's rewrite pairs, under torch.

It reads a pickled job from standard input and writes a JSON list of verdicts to the job's `result` file, since the
program may print what it likes. Started by `torchlint.proof.run` only.
"""

from __future__ import annotations

import json
import pickle
import sys
from dataclasses import asdict

from torchlint.proof import pairs
from torchlint.proof.measure import check
from torchlint.proof.versions import Failed, Job, Verdict, Versions, describe


def verdicts(job: Job) -> list[Verdict]:
    """Execute both versions and check every claim of the program."""
    try:
        versions = Versions(job)
    except Failed as failed:
        return [Verdict(failure=str(failed))]
    versions.torch.set_num_threads(1)
    result = []
    for claim in job.program.claim:
        try:
            result.append(check(versions, claim))
        except Failed as failed:
            result.append(Verdict(failure=f"{claim.kind}: {failed}"))
        except Exception as error:  # a module that cannot be copied, a path that leads nowhere
            result.append(Verdict(failure=f"{claim.kind}: cannot be measured: {describe(error)}"))
    return result


def main() -> None:
    """Read the job from standard input, execute it, and write the verdicts."""
    job = pickle.load(sys.stdin.buffer)
    found = pairs.verdicts(job) if isinstance(job, pairs.PairJob) else verdicts(job)
    result = [asdict(verdict) for verdict in found]
    job.result.write_text(json.dumps(result), encoding="utf-8")
