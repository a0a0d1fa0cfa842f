/// The emulated machine: a computer in QEMU on which KVM works, for computers on which it does not.
///
/// Start with [fcvm.machine.Machine]: started, stopped, asked for its status, and given commands,
/// each of which is a [fcvm.machine.MachineSession]. `Board` is what QEMU emulates, `QemuCommand`
/// how it is told, `MachineParts` what it boots; `Share` is a directory in the machine. `Launch`
/// starts all that as `Daemon`s, which outlive this process, and `RunningMachine` is the record by
/// which the next process finds them again: a [fcvm.linux.ProcessIdentity] each.
///
/// A [fcvm.machine.PluggedDirectory] is a directory that the machine has for a run: a
/// `VolumeDevice` in a `Slot`. `SlotTable` says which slot has which `SlotDirectory`, and who
/// shares it.
///
/// Commands travel through `Ports`, the sockets of virtio-serial ports: a `PortConnection` begins
/// with a [fcvm.agent.protocol.Hello] and then speaks the protocol of
/// [fcvm.agent.protocol.ExecSession]. The other side is [fcvm.agent.machine.MachineAgent].
package fcvm.machine;
