#!/usr/bin/env bash
# What is shipped is what is tested: the Dockerfile's own restore and publish, on nothing but the files that it copies, and the result
# started as a container would start it: another user than root, a read-only tree, no home, 512 MiB, no libsasl2. Where buildah is, the image too.
set -uo pipefail
cd "$(dirname "$0")/../.."
source .ci/check.sh

shared=${DRIFTWATCH_SHARED:-../shared}
kafka=$shared/kafka/kafka
for tool in unshare setpriv curl jq kcat java; do command -v $tool >/dev/null || { skip "the published app" "needs $tool"; totals; exit; }; done
[ -x "$kafka" ] || { skip "the published app" "no Kafka at $kafka (DRIFTWATCH_SHARED says where)"; totals; exit; }
unshare --mount true 2>/dev/null || { skip "the published app" "needs the right to make a mount namespace (root)"; totals; exit; }

repository=$PWD
work=$(mktemp -d)
chmod 755 "$work"
export KAFKA_DIR=$work/kafka KAFKA_HEAP=384m
limit=/sys/fs/cgroup/memory/driftwatch-$$
running=
finish() {
    [ -z "$running" ] || { kill "$running" 2>/dev/null; wait "$running" 2>/dev/null; }
    "$kafka" wipe >/dev/null 2>&1
    [ ! -d "$limit" ] || rmdir "$limit"
    rm -rf "$work"
}
trap finish EXIT

# The lines of the Dockerfile, with its own files and commands: COPY into an empty source tree, RUN in it.
build_as_the_dockerfile_says() {
    local line verb rest words
    TARGETARCH=$(dpkg --print-architecture | sed 's/amd64/x64/')
    mkdir "$work/source" && cd "$work/source" || return 1
    while read -r line; do
        read -r verb rest <<<"$line"
        case $verb in
            COPY)
                read -ra words <<<"$rest"
                mkdir -p "${words[-1]}"
                for from in "${words[@]:0:${#words[@]}-1}"; do
                    # A folder's contents are copied, as COPY does, and only what a clone has.
                    git -C "$repository" archive HEAD "$from" | if [ -d "$repository/$from" ]; then tar -x; else tar -xO >"${words[-1]}/$(basename "$from")"; fi || return 1
                done ;;
            RUN) TARGETARCH=$TARGETARCH bash -c "${rest//\/app/$work/app}" </dev/null || { echo "failed: $rest"; return 1; } ;;
        esac
    done < <(sed -n '/^FROM .* AS build/,/^FROM /p' "$repository/deploy/Dockerfile" | sed '$d' | grep -v '^#')
    [ -x "$work/app/driftwatch" ]
}

# contained COMMAND...: in a container's conditions. The file system is read-only as a whole; what librdkafka links for Kerberos is not there.
mkdir "$limit" 2>/dev/null && echo $((512 * 1024 * 1024)) >"$limit/memory.limit_in_bytes"
contained() {
    # shellcheck disable=SC2016
    exec unshare --mount --propagation private bash -c '
        limit=$1; shift
        [ ! -d "$limit" ] || echo $$ >"$limit/tasks"
        for library in /usr/lib/*/libsasl2.so*; do [ ! -e "$library" ] || mount --bind /dev/null "$library"; done
        mount -o remount,bind,ro / || exit 1
        exec setpriv --reuid=1654 --regid=1654 --clear-groups --no-new-privs env -i PATH=/usr/bin:/bin DOTNET_GCHeapHardLimit=0x18000000 "$@"' contained "$limit" "$@"
}

# The Dockerfile as it is, but for its bases: one that borrows /usr of this machine, with the user of the chiseled one.
container=driftwatch
image() { buildah --root "$work/images" --runroot "$work/images-run" --storage-driver vfs "$@"; }
the_image_is_built() {
    local base=$work/base from name volumes=(-v /usr:/usr:ro)
    mkdir -p "$work/context" "$base"/{dev,etc,proc,root,sys,tmp,usr} && chmod 1777 "$base/tmp" || return 1
    for name in bin sbin lib lib64; do [ ! -L /$name ] || ln -s usr/$name "$base/$name"; done
    for from in ssl passwd group dotnet; do [ ! -e /etc/$from ] || cp -rL /etc/$from "$base/etc/"; done 2>/dev/null
    echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$work/policy.json"
    printf 'FROM scratch\nCOPY . /\n' >"$work/Dockerfile.base"
    image build --isolation chroot --signature-policy "$work/policy.json" -t localhost/base -f "$work/Dockerfile.base" "$base" || return 1
    # Where packages come from, and those that are there already.
    [ ! -d "$HOME/.nuget" ] || volumes+=(-v "$HOME/.nuget:/root/.nuget")
    git archive HEAD | tar -x -C "$work/context" || return 1
    sed -E 's|^FROM .*/sdk:[^ ]+|FROM localhost/base|; s|^FROM .*/aspnet:.*|FROM localhost/base\nUSER 1654|' deploy/Dockerfile >"$work/Dockerfile"
    [ "$(grep -c '^FROM localhost/base' "$work/Dockerfile")" = "$(grep -c '^FROM' "$work/Dockerfile")" ] || { echo "a base was not replaced"; return 1; }
    image build --isolation chroot --signature-policy "$work/policy.json" "${volumes[@]}" --build-arg "TARGETARCH=$(dpkg --print-architecture | sed 's/amd64/x64/')" \
        -t localhost/driftwatch -f "$work/Dockerfile" "$work/context" || return 1
    image from --name $container --signature-policy "$work/policy.json" localhost/driftwatch || return 1
    [ "$(in_image /usr/bin/id -u)" = 1654 ] || { echo "it does not run as its user"; return 1; }
    cp -r "$(image mount $container)/app" "$work/app" && [ -x "$work/app/driftwatch" ]
}
in_image() { image run --isolation chroot -v /usr:/usr:ro $container -- "$@"; }
as_the_image_says() {
    local entrypoint
    mapfile -t entrypoint < <(image inspect --type image localhost/driftwatch | jq -r '.OCIv1.config.Entrypoint[]')
    in_image "${entrypoint[@]}" "$@"
}

# the_demo_shows_its_page COMMAND...: how driftwatch is started.
the_demo_shows_its_page() {
    local page status
    ("$@" demo --listen 127.0.0.1:0 --for 40s) >"$work/demo.log" 2>"$work/demo.err" &
    running=$!
    for _ in $(seq 1 150); do
        page=$(sed -nE '1s/^Status page: (.*)\/$/\1/p' "$work/demo.log")
        [ -n "$page" ] && curl -sf "$page/api/v1/status" | jq -e '[.streams[].records] | add > 100' >/dev/null && break
        kill -0 $running 2>/dev/null || break
        sleep 0.5
    done
    [ "$(curl -sf "$page/metrics" | grep -c ^driftwatch_build_info)" = 1 ] && status=0 || status=1
    wait $running || status=1
    running=
    [ $status = 0 ] || { cat "$work/demo.log" "$work/demo.err"; return 1; }
}

pairs=2000 matched=0
it_joins_on_a_real_broker() {
    local broker port=$((21000 + RANDOM % 500)) now matched
    "$kafka" up --port $port >/dev/null || return 1
    broker=127.0.0.1:$port
    for topic in predictions labels; do "$kafka" tool topics --create --topic $topic --partitions 2 >/dev/null || return 1; done
    now=$(($(date +%s%3N) - 60000))
    for i in $(seq 1 $pairs); do printf '{"id":"r%s","model":"m","version":"1","timestamp":%s,"probability":0.5}\n' "$i" $((now + i)); done | kcat -P -b $broker -t predictions
    for i in $(seq 1 $pairs); do printf '{"id":"r%s","timestamp":%s,"label":%s}\n' "$i" $((now + i + 1)) $((i % 2)); done | kcat -P -b $broker -t labels
    printf 'kafka:\n  bootstrapServers: %s\n' "$broker" >"$work/driftwatch.yaml"
    (contained "$work/app/driftwatch" run --config "$work/driftwatch.yaml" --create-topics --listen 127.0.0.1:$((port + 500))) >"$work/run.log" 2>&1 &
    running=$!
    for _ in $(seq 1 120); do
        matched=$(curl -sf "http://127.0.0.1:$((port + 500))/metrics" | awk '/^driftwatch_joins_total/ { n += $2 } END { print n + 0 }')
        [ "$matched" = $pairs ] && break
        kill -0 $running 2>/dev/null || break
        sleep 0.5
    done
    curl -sf "http://127.0.0.1:$((port + 500))/healthz/ready?verbose"
    resident=$(ps -o rss= --ppid "$running" -p "$running" | sort -n | tail -n 1)
    kill -TERM "$running"
    wait "$running"
    code=$? running=
    echo "matched $matched of $pairs, $((resident / 1024)) MiB, exit $code"
    [ "$matched" = $pairs ] && [ $code = 0 ] && [ "$resident" -lt $((512 * 1024)) ] || { cat "$work/run.log"; return 1; }
}

# The image holds what the Dockerfile publishes. Where none can be built, its lines are gone through by hand.
if command -v buildah >/dev/null; then
    check "the image is built as the Dockerfile says, on a base of this machine, and runs as its user" the_image_is_built
    check "the image runs the demo" the_demo_shows_its_page as_the_image_says
else
    check "the Dockerfile's restore and publish work on the files that it copies" build_as_the_dockerfile_says
fi
check "the published app runs the demo: no root, read-only, no home, 512 MiB, no libsasl2" the_demo_shows_its_page contained "$work/app/driftwatch"
check "the published app joins on a real broker and stops in order" it_joins_on_a_real_broker
totals
