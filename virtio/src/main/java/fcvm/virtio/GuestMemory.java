package fcvm.virtio;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The memory of a guest, by guest physical address (gpa). All that a device can touch.
///
/// [#slice] answers questions that a guest asks, so a bad address is a value there. The typed
/// accessors are for structures that the monitor itself places: a bad address is a bug and throws
/// [IndexOutOfBoundsException]. They are little-endian and take any alignment.
///
/// Any thread may use it. What the guest writes at the same time is visible at any time: copy once,
/// then check the copy.
public final class GuestMemory {
  private static final long ALIGNMENT = 16;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /// Guest memory from `gpa` on.
  public record Region(long gpa, MemorySegment memory) {
    /// Demands what rings need: native memory, and the same alignment for guest and host.
    public Region {
      if (!memory.isNative() || memory.isReadOnly()) {
        throw new IllegalArgumentException("guest memory is native and writable");
      }
      if (gpa < 0 || gpa % ALIGNMENT != 0 || memory.address() % ALIGNMENT != 0) {
        throw new IllegalArgumentException(
            "region at 0x%x is not aligned to %d bytes".formatted(gpa, ALIGNMENT));
      }
      if (gpa > Long.MAX_VALUE - memory.byteSize()) {
        throw new IllegalArgumentException("region at 0x%x has no end".formatted(gpa));
      }
    }

    /// The first address after the region.
    public long end() {
      return gpa + memory.byteSize();
    }
  }

  private final List<Region> regions;

  /// @param regions in any order; they must not overlap
  public GuestMemory(List<Region> regions) {
    this.regions = regions.stream().sorted(Comparator.comparingLong(Region::gpa)).toList();
    for (int i = 1; i < this.regions.size(); i++) {
      if (this.regions.get(i).gpa() < this.regions.get(i - 1).end()) {
        throw new IllegalArgumentException(
            "regions overlap at 0x%x".formatted(this.regions.get(i).gpa()));
      }
    }
  }

  /// One region that starts at gpa 0.
  public static GuestMemory of(MemorySegment memory) {
    return new GuestMemory(List.of(new Region(0, memory)));
  }

  /// The regions, by ascending gpa.
  public List<Region> regions() {
    return regions;
  }

  /// Bytes of memory, holes not counted.
  public long byteSize() {
    return regions.stream().mapToLong(r -> r.memory().byteSize()).sum();
  }

  /// The bytes `[gpa, gpa + length)`, or null unless all of them are in one region.
  ///
  /// @param gpa any value, taken as unsigned
  /// @param length any value; a negative one is never in memory
  public @Nullable MemorySegment slice(long gpa, long length) {
    for (Region region : regions) {
      long offset = gpa - region.gpa();
      long size = region.memory().byteSize();
      // No sum, so nothing overflows: offset and length are each checked against what is left.
      if (offset >= 0 && gpa >= 0 && offset <= size && length >= 0 && length <= size - offset) {
        return region.memory().asSlice(offset, length);
      }
    }
    return null;
  }

  private MemorySegment own(long gpa, long length) {
    MemorySegment slice = slice(gpa, length);
    if (slice == null) {
      throw new IndexOutOfBoundsException(
          "no guest memory at [0x%x, 0x%x)".formatted(gpa, gpa + length));
    }
    return slice;
  }

  public byte getByte(long gpa) {
    return own(gpa, 1).get(ValueLayout.JAVA_BYTE, 0);
  }

  public short getShort(long gpa) {
    return own(gpa, 2).get(SHORT, 0);
  }

  public int getInt(long gpa) {
    return own(gpa, 4).get(INT, 0);
  }

  public long getLong(long gpa) {
    return own(gpa, 8).get(LONG, 0);
  }

  public void setByte(long gpa, byte value) {
    own(gpa, 1).set(ValueLayout.JAVA_BYTE, 0, value);
  }

  public void setShort(long gpa, short value) {
    own(gpa, 2).set(SHORT, 0, value);
  }

  public void setInt(long gpa, int value) {
    own(gpa, 4).set(INT, 0, value);
  }

  public void setLong(long gpa, long value) {
    own(gpa, 8).set(LONG, 0, value);
  }

  /// Copies bytes out of the guest.
  public byte[] getBytes(long gpa, int length) {
    return own(gpa, length).toArray(ValueLayout.JAVA_BYTE);
  }

  /// Copies bytes into the guest.
  public void setBytes(long gpa, byte[] bytes) {
    own(gpa, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
  }
}
