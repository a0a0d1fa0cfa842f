#!/bin/busybox sh
# First program of the guest: makes the root file system out of its two disks and hands over to the
# agent's launcher in it.
#
# Disks: vda is the root file system, erofs, read-only, shared by all guests; vdb is this guest's own
# ext4; vdc, if the command line says fcvm.image=vdc, an image store, erofs. The new root is an
# overlay of the first two. Left mounted for the agent: proc, sys, dev, dev/pts,
# dev/shm, run, tmp, cgroup2, and under /run/fcvm the two disks themselves.
#
# Nothing here waits for people: what fails is said on the console, and the guest powers off.
export PATH=/bin

fail() {
  echo "fcvm: init: $*" >&2
  sync
  poweroff -f
  reboot -f
  # Both are system calls that do not return; without power control the kernel panics here.
  exit 1
}

must() {
  "$@" || fail "failed: $*"
}

word() {
  for w in $(cat /proc/cmdline); do
    case $w in "$1"=*) echo "${w#*=}" ;; esac
  done
}

# A module that the kernel has built in, or does not have, is no error yet: what needs it will say so.
load() {
  [ -d "/lib/modules/$release" ] || return 0
  for m in "$@"; do
    modprobe "$m" 2>/dev/null
  done
}

load_kvm() {
  [ ! -d "/lib/modules/$release" ] || modprobe "$1" nested=1 2>/dev/null
}

disk() {
  i=0
  while [ ! -b "$1" ]; do
    [ $i -lt 200 ] || fail "no disk $1 after 10 s; disks: $(ls /sys/block)"
    sleep 0.05
    i=$((i + 1))
  done
}

must mount -t proc proc /proc
must mount -t sysfs sys /sys
# The kernel mounts it by itself where it is configured to (CONFIG_DEVTMPFS_MOUNT).
[ -c /dev/null ] || must mount -t devtmpfs dev /dev
must mount -t tmpfs -o mode=0755,nosuid,nodev run /run

release=$(uname -r)
role=$(word fcvm.role)
# The processors that programs may use, as a list; none is for all.
cpus=$(word fcvm.cpus)
load virtio_mmio virtio_pci virtio_blk erofs overlay
load vmw_vsock_virtio_transport virtio_rng
if [ "$role" = vm ]; then load virtio_net; fi
if [ "$role" = bench ]; then load virtiofs virtio_net; fi
if [ "$role" = machine ]; then
  load virtio_console virtiofs virtio_net tun vhost_vsock
fi
# A guest that shall not have guests of its own does not see these.
if grep -q -w svm /proc/cpuinfo; then load_kvm kvm_amd; fi
if grep -q -w vmx /proc/cpuinfo; then load_kvm kvm_intel; fi

mkdir -p /run/fcvm/base /run/fcvm/disk
disk /dev/vda
disk /dev/vdb
must mount -t erofs -o ro /dev/vda /run/fcvm/base
must mount -t ext4 -o rw,noatime /dev/vdb /run/fcvm/disk
must mkdir -p /run/fcvm/disk/upper /run/fcvm/disk/work /run/fcvm/disk/containers
must mount -t overlay \
  -o lowerdir=/run/fcvm/base,upperdir=/run/fcvm/disk/upper,workdir=/run/fcvm/disk/work root /sysroot
# Podman puts overlays of its own there, and an overlay cannot be the upper layer of another.
must mount --bind /run/fcvm/disk/containers /sysroot/var/lib/containers
image=$(word fcvm.image)
if [ -n "$image" ]; then
  disk "/dev/$image"
  must mount -t erofs -o ro "/dev/$image" /sysroot/mnt/fcvm/image
fi
if [ -d "/lib/modules/$release" ]; then
  must mount --bind /lib/modules /sysroot/usr/lib/modules
fi

[ -d /dev/pts ] || must mkdir /dev/pts
[ -d /dev/shm ] || must mkdir /dev/shm
must mount -t devpts -o mode=0620,gid=5,ptmxmode=0666 devpts /dev/pts
must mount -t tmpfs -o mode=1777,nosuid,nodev shm /dev/shm
must mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /sys/fs/cgroup
for dir in proc sys dev run; do
  must mount -o move "/$dir" "/sysroot/$dir"
done
must mount -t tmpfs -o mode=1777,nosuid,nodev tmp /sysroot/tmp

[ -x /sysroot/usr/lib/fcvm/init ] || fail "the root file system has no /usr/lib/fcvm/init"
# As switch_root does, except that this file system's content stays: the modules are on it.
cd /sysroot || fail "cannot enter the new root"
must mount -o move . /
if [ -n "$cpus" ]; then
  exec taskset -c "$cpus" chroot . /usr/lib/fcvm/init
fi
exec chroot . /usr/lib/fcvm/init
