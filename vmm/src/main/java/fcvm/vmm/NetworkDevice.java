package fcvm.vmm;

import fcvm.linux.LinuxException;
import fcvm.linux.MacAddress;
import fcvm.linux.Tap;
import fcvm.linux.UnixSocket;
import fcvm.virtio.net.Net;
import fcvm.virtio.net.NetBackend;
import fcvm.virtio.net.StreamBackend;
import fcvm.virtio.net.TapBackend;
import fcvm.vmm.DeviceSpec.Network.Link;
import java.io.IOException;
import java.security.SecureRandom;

/// Makes a network card and plugs it in.
final class NetworkDevice {
  private NetworkDevice() {}

  /// @throws IOException if the host refuses its end; the message names the card and what to do
  static Net of(DeviceSpec.Network spec) throws IOException {
    int mtu = spec.mtu() == 0 ? Net.DEFAULT_MTU : spec.mtu();
    NetBackend backend =
        switch (spec.link()) {
          case Link.HostDevice(String name) -> tap(open(spec.id(), name), mtu);
          case Link.OpenTap(Tap tap) -> tap(tap, mtu);
          case Link.Stream(UnixSocket socket) -> new StreamBackend(socket, mtu);
        };
    try {
      MacAddress mac = spec.mac().orElseGet(() -> MacAddress.random(new SecureRandom()));
      return new Net(backend, mac, spec.mtu());
    } catch (LinuxException e) {
      backend.close();
      throw e;
    }
  }

  private static Tap open(String id, String name) throws IOException {
    try {
      return Tap.open(name);
    } catch (LinuxException e) {
      throw new IOException(
          "network interface \"" + id + "\": " + e.getMessage() + remedy(e, name), e);
    }
  }

  private static String remedy(LinuxException e, String name) {
    return switch (e.errno()) {
      case EPERM ->
          "; make it yours, as root: ip tuntap add dev " + name + " mode tap user YOU vnet_hdr";
      case EBUSY -> "; another process uses it";
      case ENOENT, ENODEV, ENXIO -> "; load the kernel's module: modprobe tun";
      case EINVAL -> "; it is no tap with one queue and vnet_hdr";
      default -> "";
    };
  }

  private static TapBackend tap(Tap tap, int mtu) throws LinuxException {
    try {
      return new TapBackend(tap, mtu);
    } catch (LinuxException e) {
      tap.close();
      throw e;
    }
  }
}
