/// A microVM: the monitor, on KVM.
///
/// Start with [fcvm.vmm.MicroVm]: its constructor puts the whole machine together, top to bottom.
/// What it shall be is a [fcvm.vmm.VmConfig], which [fcvm.vmm.VmConfigFile] reads from
/// Firecracker's JSON format; how it ended is a [fcvm.vmm.VmExit]. [fcvm.vmm.KvmProbe] tells
/// beforehand whether it can work at all on this computer.
///
/// [fcvm.vmm.Architecture] is the seam between what all processors share and what they do not:
/// `fcvm.vmm.aarch64` and `fcvm.vmm.x86_64` lay out memory, load the kernel and describe the
/// hardware to it. Exits of vCPUs ([fcvm.vmm.VcpuThread]) go to a [fcvm.vmm.Bus], which finds the
/// [fcvm.vmm.BusDevice]: what is in one of the [fcvm.vmm.VirtioSlots], or a legacy device
/// ([fcvm.vmm.Uart], [fcvm.vmm.I8042], [fcvm.vmm.AcpiPower], [fcvm.vmm.Pl031]).
///
/// The guest is hostile. Everything that it can reach is in this list: the registers of these
/// devices, and guest memory through virtqueues.
package fcvm.vmm;
