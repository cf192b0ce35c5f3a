# For the scripts of .ci/checks: `check NAME COMMAND...` runs one check and shows its output if it fails, `skip NAME REASON`
# passes one over, `totals` prints the line that .ci/run adds up and sets the exit status.
passed=0 failed=0 skipped=0

check() {
    local name=$1 said
    shift
    if said=$("$@" 2>&1); then
        passed=$((passed + 1))
        printf 'ok      %s\n' "$name"
    else
        failed=$((failed + 1))
        printf 'FAILED  %s\n' "$name"
        printf '%s\n' "$said" | tail -n 40 | sed 's/^/        /'
    fi
}

# In the continuous integration a tool that is missing is a failure: there, it was to be installed.
skip() {
    if [ "${CI:-}" = true ]; then
        failed=$((failed + 1))
        printf 'FAILED  %s: %s\n' "$1" "$2"
    else
        skipped=$((skipped + 1))
        printf 'skipped %s: %s\n' "$1" "$2"
    fi
}

totals() {
    printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" = 0 ]
}
