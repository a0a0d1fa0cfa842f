/// PCI as far as virtio devices need it: one bus whose functions have fixed addresses and
/// message-signalled interrupts (PCI Local Bus 3.0, PCI Express Base 5.0, 7.2.2). [PciBus] has the
/// configuration spaces, [PciFunction] is one of them, [MsixTable] its interrupts, and
/// [VirtioFunction] what a virtio device is on it.
package fcvm.vmm.pci;
