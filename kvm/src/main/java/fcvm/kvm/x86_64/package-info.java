/// What KVM has on x86_64 only.
///
/// A processor is [fcvm.kvm.x86_64.Regs] and [fcvm.kvm.x86_64.Sregs] (general and system
/// registers), [fcvm.kvm.x86_64.Msrs], [fcvm.kvm.x86_64.Fpu], [fcvm.kvm.x86_64.Lapic], and what it
/// says of itself, [fcvm.kvm.x86_64.CpuId]. Each is read from a vCPU with `of(vcpu)` and stored
/// with `setOn(vcpu)`. [fcvm.kvm.x86_64.Pc] makes a machine a PC: timer and the pages that Intel's
/// virtualization needs.
package fcvm.kvm.x86_64;
