package fcvm.vmm;

import fcvm.fuse.FuseOptions;
import fcvm.linux.MacAddress;
import fcvm.linux.Tap;
import fcvm.linux.UnixSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A virtio device that a microVM shall have.
public sealed interface DeviceSpec {
  /// A block device.
  ///
  /// @param id what the guest reads as its serial number
  /// @param path the host's file
  /// @param rootDevice whether the guest's root file system is on it
  /// @param readOnly whether the guest may only read
  record Drive(String id, Path path, boolean rootDevice, boolean readOnly) implements DeviceSpec {}

  /// A socket device, Firecracker's protocol on the host's side.
  ///
  /// @param guestCid the guest's context id, 3 or more
  /// @param udsPath the host's Unix socket, made when the microVM starts
  record Vsock(long guestCid, Path udsPath) implements DeviceSpec {
    /// 0 to 2 are the hypervisor, local and host.
    public static final long MIN_GUEST_CID = 3;

    /// 0xffff_ffff is "any".
    public static final long MAX_GUEST_CID = 0xffff_fffeL;
  }

  /// A directory or a file of the host, which the guest mounts: `mount -t virtiofs TAG DIR`. A file
  /// appears as the only entry of a directory.
  ///
  /// @param tag the name by which the guest finds it, 1 to [#MAX_TAG_SIZE] bytes of UTF-8
  /// @param path the host's directory or file; may be a symbolic link to one
  /// @param options whether it may be changed, and how long the guest may believe what it knows
  /// @param only the names in the directory that the guest sees; all if empty
  record FileSystem(String tag, Path path, FuseOptions options, List<String> only)
      implements DeviceSpec {
    /// A directory with all that is in it, or a file.
    public FileSystem(String tag, Path path, FuseOptions options) {
      this(tag, path, options, List.of());
    }

    public FileSystem {
      only = List.copyOf(only);
    }

    /// What the device's configuration has room for.
    public static final int MAX_TAG_SIZE = 36;
  }

  /// A network card.
  ///
  /// @param id what messages call it
  /// @param mac empty for an address that is made up
  /// @param mtu the greatest content of a frame, which the guest is told; 0 to leave that to it
  /// @param link where its cable goes
  record Network(String id, Optional<MacAddress> mac, int mtu, Link link) implements DeviceSpec {
    /// What a cable can be plugged into. A descriptor here is the microVM's from the start on.
    public sealed interface Link {
      /// A tap of the host's, by name, in the network namespace of the monitor.
      record HostDevice(String name) implements Link {}

      /// A tap that is open, of whatever namespace.
      record OpenTap(Tap tap) implements Link {}

      /// A connected socket, with somebody at its other end who speaks QEMU's stream protocol.
      record Stream(UnixSocket socket) implements Link {}
    }
  }

  /// A source of random numbers.
  record Entropy() implements DeviceSpec {}
}
