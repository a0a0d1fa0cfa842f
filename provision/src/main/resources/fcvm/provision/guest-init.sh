#!/bin/sh
# Process 1 of the guest from here on is the agent, in its own Java runtime.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
cd /
exec /usr/lib/fcvm/runtime/bin/java \
  -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xshare:auto -Xmx64m \
  --enable-native-access=fcvm.linux --illegal-native-access=deny \
  -m fcvm.agent/fcvm.agent.Main
