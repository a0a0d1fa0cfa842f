/// What KVM has on aarch64 only.
///
/// A vCPU is initialised with [fcvm.kvm.aarch64.VcpuInit], its registers are
/// [fcvm.kvm.aarch64.OneReg], the interrupt controller is [fcvm.kvm.aarch64.VgicV3], and a device
/// drives a line with the number that [fcvm.kvm.aarch64.IrqLine] composes.
package fcvm.kvm.aarch64;
