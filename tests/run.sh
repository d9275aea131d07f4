#!/bin/sh
# Builds and runs every test project and ends with a line "N passed, N failed, N skipped"; the names and reasons of what
# was skipped stand before it. Exit code 1 when anything failed or nothing ran.
set -u
cd "$(dirname "$0")/.."
configuration="${CONFIGURATION:-Release}"
results="TestResults"
rm -rf "$results"

dotnet build CanaryStreams.sln -c "$configuration" -v quiet || exit 1
failed=0
for project in tests/*.Tests; do
    name=$(basename "$project")
    # Measurements assert nothing: they are run when they are asked for.
    dotnet test "$project" -c "$configuration" --no-build -v quiet --filter "Category!=Measurement" \
        --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" \
        --results-directory "$results" ${COVERAGE:+--collect "XPlat Code Coverage"} || failed=1
done

count() {
    cat "$results"/*.trx | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ n += $1 } END { print n + 0 }'
}
passed=$(count passed)
broken=$(($(count failed) + $(count error) + $(count timeout) + $(count aborted)))
skipped=$(($(count total) - $(count executed)))
echo "$passed passed, $broken failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$broken" -eq 0 ] && [ "$passed" -gt 0 ]
