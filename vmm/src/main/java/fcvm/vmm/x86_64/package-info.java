/// An x86_64 microVM.
///
/// Start with [fcvm.vmm.x86_64.X86_64]; every address is in [fcvm.vmm.x86_64.MemoryMap]. A kernel
/// is a [fcvm.vmm.x86_64.Vmlinux] or a [fcvm.vmm.x86_64.BzImage]; loading it tells where it is
/// [fcvm.vmm.x86_64.Entry entered], and with which of two descriptions of the machine: the
/// [fcvm.vmm.x86_64.ZeroPage] of Linux, or Xen's [fcvm.vmm.x86_64.StartInfo].
/// [fcvm.vmm.x86_64.BootState] gives a vCPU its registers, [fcvm.vmm.x86_64.CpuIdentity] what CPUID
/// answers. The hardware is described by ACPI, in `fcvm.vmm.x86_64.acpi`.
package fcvm.vmm.x86_64;
