package fcvm.vmm;

import fcvm.kvm.IrqInput;
import fcvm.kvm.VmFd;
import fcvm.linux.LinuxException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// What an architecture's legacy devices are soldered to.
///
/// @param vm for interrupt lines
/// @param ports the port I/O bus; nothing ever arrives on it on aarch64
/// @param mmio the memory-mapped I/O bus
/// @param serial where the serial port's output goes; written on vCPU threads
/// @param power for devices that turn the machine off or reset it
public record Board(VmFd vm, Bus ports, Bus mmio, OutputStream serial, PowerSwitch power) {

  /// An interrupt input of the in-kernel interrupt controller.
  ///
  /// @param irq as [VmFd#irqLine] numbers them
  public InterruptLine line(int irq) {
    IrqInput input = vm.irqLine(irq);
    return high -> {
      try {
        input.level(high);
      } catch (LinuxException e) {
        throw new UncheckedIOException("a line that exists takes a level", e);
      }
    };
  }
}
