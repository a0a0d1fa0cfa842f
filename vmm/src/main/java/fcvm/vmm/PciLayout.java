package fcvm.vmm;

import org.jspecify.annotations.Nullable;

/// Where PCI is in a guest's address spaces.
///
/// @param ecam the configuration spaces of one bus, 1 MiB
/// @param memory where functions have their memory, 16 KiB for each of the bus's 32 slots
/// @param ports where functions have their ports, 4 for each slot; null where there are no ports
/// @param hasDeviceIds whether the interrupt controller asks which function sends a message
public record PciLayout(
    AddressRange ecam, AddressRange memory, @Nullable AddressRange ports, boolean hasDeviceIds) {}
