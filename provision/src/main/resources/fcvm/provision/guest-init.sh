#!/bin/sh
# Process 1 of the guest from here on is the agent, in its own Java runtime.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
cd /
lib=/usr/lib/fcvm/runtime/lib
cache=
# Mapped where it was made for: moving it elsewhere touches every page, which an emulator feels.
[ -e "$lib/agent.aot" ] && cache="-XX:AOTCache=$lib/agent.aot
  -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0"
# shellcheck disable=SC2086 # no cache is no argument
exec /usr/lib/fcvm/runtime/bin/java $cache \
  -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xmx64m \
  --enable-native-access=fcvm.linux \
  -m fcvm.agent/fcvm.agent.Main
