/// KVM from Java: the kernel's virtual machine API, `Documentation/virt/kvm/api.rst`.
///
/// Start with [fcvm.kvm.Kvm], the open `/dev/kvm`. It makes a [fcvm.kvm.VmFd], a virtual machine
/// with memory slots and interrupt lines, which makes [fcvm.kvm.VcpuFd], a processor that one
/// thread runs, and [fcvm.kvm.DeviceFd], a device inside the kernel. These are the four classes of
/// ioctls that KVM's documentation has. What a processor stopped for is a [fcvm.kvm.VcpuExit], read
/// out of the shared page that [fcvm.kvm.KvmRun] maps.
///
/// What exists on one architecture only is in `fcvm.kvm.x86_64` and `fcvm.kvm.aarch64`: each
/// structure there is one class with its layout, the ioctls that carry it, and nothing else, so a
/// new ioctl touches one file. A call is an [fcvm.kvm.Ioctl]; its argument often a
/// [fcvm.kvm.Struct], whose fields carry the kernel's names.
package fcvm.kvm;
