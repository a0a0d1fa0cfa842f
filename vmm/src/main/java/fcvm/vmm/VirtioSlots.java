package fcvm.vmm;

import fcvm.linux.LinuxException;
import fcvm.virtio.VirtioDevice;

/// Where virtio devices are plugged in, in the order in which the guest finds them.
public interface VirtioSlots extends AutoCloseable {
  /// A device in the next slot.
  interface Slot extends AutoCloseable {
    /// Lets the guest find the device, and KVM do by itself what happens with each request.
    void connect() throws LinuxException;

    /// Stops the device and closes it.
    @Override
    void close();
  }

  /// Puts a device into the next slot, which owns it then.
  ///
  /// @throws LinuxException if the host refuses; the device is still the caller's
  Slot plug(VirtioDevice device) throws LinuxException;

  /// Releases what the slots hold, after what is in them was closed.
  @Override
  void close();
}
