package fcvm.vmm;

import fcvm.kvm.VmFd;
import java.io.OutputStream;

/// What an architecture's legacy devices are soldered to.
///
/// @param vm for interrupt lines
/// @param ports the port I/O bus; nothing ever arrives on it on aarch64
/// @param mmio the memory-mapped I/O bus
/// @param serial where the serial port's output goes; written on vCPU threads
/// @param power for devices that turn the machine off or reset it
public record Board(VmFd vm, Bus ports, Bus mmio, OutputStream serial, PowerSwitch power) {}
