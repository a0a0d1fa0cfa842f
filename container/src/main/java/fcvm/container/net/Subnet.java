package fcvm.container.net;

import fcvm.container.ContainerException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/// Four addresses for one VM: the network's, the host's, the guest's and the broadcast's.
///
/// @param base the network's address
public record Subnet(int base) {
  static final int PREFIX = 30;
  private static final int SIZE = 4;

  /// Where subnets are taken from.
  ///
  /// @param base the first address
  /// @param prefix bits that all have in common, at most that of a subnet
  public record Pool(int base, int prefix) {
    /// 172.30.0.0/16, 16384 subnets of a network for private use.
    public static final Pool DEFAULT = new Pool(172 << 24 | 30 << 16, 16);

    int count() {
      return 1 << (PREFIX - prefix);
    }

    /// The first that is free, from a place on that follows from the VM's id: the same VM gets the
    /// same one where it can, and two seldom try for one.
    ///
    /// @param taken what the host's addresses and routes reach already
    /// @throws ContainerException if there is none
    Subnet free(String vm, List<AddressRange> taken) throws ContainerException {
      CRC32 hash = new CRC32();
      hash.update(vm.getBytes(StandardCharsets.UTF_8));
      int first = (int) (hash.getValue() % count());
      for (int i = 0; i < count(); i++) {
        Subnet subnet = new Subnet(base + SIZE * ((first + i) % count()));
        if (taken.stream().noneMatch(subnet.range()::overlaps)) {
          return subnet;
        }
      }
      throw new ContainerException(
          "all "
              + count()
              + " networks of "
              + text(base)
              + "/"
              + prefix
              + " are in use on this computer: end a VM, or run without root: --network rootless");
    }
  }

  /// Addresses that go together.
  ///
  /// @param first the lowest, unsigned
  /// @param last the highest
  record AddressRange(long first, long last) {
    /// Those that have the first `prefix` bits in common with `address`.
    static AddressRange of(int address, int prefix) {
      long size = 1L << (Integer.SIZE - prefix);
      long first = Integer.toUnsignedLong(address) & -size;
      return new AddressRange(first, first + size - 1);
    }

    boolean overlaps(AddressRange other) {
      return first <= other.last && other.first <= last;
    }
  }

  AddressRange range() {
    return AddressRange.of(base, PREFIX);
  }

  String host() {
    return text(base + 1);
  }

  String guest() {
    return text(base + 2);
  }

  /// With the prefix.
  @Override
  public String toString() {
    return text(base) + "/" + PREFIX;
  }

  private static String text(int address) {
    return "%d.%d.%d.%d"
        .formatted(address >>> 24, address >>> 16 & 0xff, address >>> 8 & 0xff, address & 0xff);
  }
}
