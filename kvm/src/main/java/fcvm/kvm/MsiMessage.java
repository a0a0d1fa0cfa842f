package fcvm.kvm;

import fcvm.linux.LinuxException;

/// A message-signalled interrupt that is sent often: KVM_SIGNAL_MSI, with its structure made
/// beforehand. For one thread at a time.
public final class MsiMessage {
  private final VmFd vm;
  private final Ioctl request;
  private final Struct message;

  MsiMessage(VmFd vm, Ioctl request, Struct message) {
    this.vm = vm;
    this.request = request;
    this.message = message;
  }

  /// Says where it goes, and what it says.
  public void set(long address, int data) {
    message.set("address_lo", address).set("address_hi", address >>> 32).set("data", data);
  }

  /// Delivers it.
  ///
  /// @return false if the guest blocks it
  public boolean send() throws LinuxException {
    return vm.ioctl(request, message) > 0;
  }
}
