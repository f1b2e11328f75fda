#!/usr/bin/env bash
# Runs the tests of the concurrent packages under the race detector, which needs cgo and so a C
# compiler.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source tools/ci/debian.sh
source tools/ci/gotest.sh

concurrent=(internal/due internal/identity internal/idtoken internal/signin internal/store internal/sandbox/... internal/delivery internal/api internal/edge/...)

packages=()
for package in "${concurrent[@]}"; do
    if [[ -d "${package%/...}" ]]; then
        packages+=("./$package")
    fi
done
if ((${#packages[@]} == 0)); then
    echo "none of the concurrent packages exists yet: ${concurrent[*]}"
    exit 0
fi

command -v "$(go env CC)" >/dev/null || install_packages gcc libc6-dev
export CGO_ENABLED=1
# These run one step after the other, over thousands of rows, texts or calls: the detector makes them ten times slower and
# has nothing to find in them. make soak runs them under it as well.
one_by_one=(
    # texts for the firewall
    TestHonestTextsPassWherePeopleWriteThem TestAttacksAreBlockedElsewhere TestAttackRequestsAreBlocked TestCRSOwnRegressionTests
    TestNoRuleFindsAnythingInClosedForms
    # every operation for everybody, each call after the last
    TestEveryOperation TestP9WithoutAWSNothingIsChanged TestStatusFiltersAgreeWithWhatIsShown
    # every wrong answer, each after the last
    TestASubjectStandsForExactlyOneUser TestProofRefusesWrongAnswers TestRegistrationRefusesWrongAnswers TestStrangersCannotFillTheDatabase
    TestVerifyLogFindsWhatWasChanged TestHonestTextsReachTheAPI TestEveryValueOfARepeatedName
    # many rows
    TestAMillionAddresses TestTheComparisonFindsWhatBreaks TestP11VersionsBeforeWhileCooling
    TestSyncOfALargeOrganization TestSyncReadsTheWholeOrganization TestSyncSaysWhatIsWrong TestSyncFollowsChanges TestPoisonedCache TestEveryListOf TestConstraintsOf
)
gotest race -race -skip "^($(IFS='|'; echo "${one_by_one[*]}"))" "${packages[@]}"
