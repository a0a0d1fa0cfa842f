/// An aarch64 microVM.
///
/// [fcvm.vmm.aarch64.Aarch64] is the way in: it says where memory and devices are, and calls the
/// others. `KernelImage` reads Linux's `Image` format, `DeviceTree` describes the machine to the
/// kernel in the format that `Fdt` writes.
package fcvm.vmm.aarch64;
