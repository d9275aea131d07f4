#!/bin/sh
# Installs what the build can't bring along: the Kafka client library of the system (librdkafka). Does nothing where it
# is there already. Where it can't be installed, the build uses the copy that the Confluent.Kafka package bundles.
set -eu

has_library() {
    for folder in /usr/lib/*-linux-gnu /usr/lib64 /usr/lib /usr/local/lib; do
        [ -e "$folder/librdkafka.so.1" ] && return 0
    done
    return 1
}

if ! command -v dotnet >/dev/null 2>&1; then
    echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download" >&2
    exit 1
fi
if has_library || ! command -v apt-get >/dev/null 2>&1; then
    exit 0
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || exit 0
    as_root="sudo"
fi
echo "Installing librdkafka1 (the Kafka client library) …" >&2
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq >/dev/null
$as_root apt-get install -y -qq --no-install-recommends librdkafka1 >/dev/null
