package fcvm.container.net;

import fcvm.agent.protocol.GuestNetwork;
import fcvm.container.ContainerException;
import fcvm.vmm.DeviceSpec;
import java.io.IOException;
import java.util.List;

/// A VM's network on the host's side, from before the VM starts until after it has ended.
public interface VmNetwork extends AutoCloseable {
  /// No network.
  VmNetwork NONE =
      new VmNetwork() {
        @Override
        public List<DeviceSpec.Network> cards() {
          return List.of();
        }

        @Override
        public GuestNetwork guest() {
          return GuestNetwork.NONE;
        }

        @Override
        public void close() {}
      };

  /// Makes one.
  ///
  /// @param vm the VM's id
  /// @param passt the program passt
  /// @throws ContainerException if it cannot be as it is wanted; the message says what to do
  static VmNetwork open(NetworkOptions options, String vm, Passt passt)
      throws IOException, ContainerException {
    return switch (options.mode()) {
      case NONE -> NONE;
      case ROOTLESS -> RootlessNetwork.open(options, passt);
      case BRIDGED -> BridgedNetwork.open(options, vm);
    };
  }

  /// Removes what a process that was killed has left of a VM's network.
  static void remove(String vm) throws IOException {
    BridgedNetwork.remove(vm);
  }

  /// The VM's network cards.
  List<DeviceSpec.Network> cards();

  /// What the guest sets its card up with.
  GuestNetwork guest();

  @Override
  void close();
}
