package fcvm.kvm.x86_64;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import fcvm.kvm.Struct;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/// A segment register with its hidden part: `struct kvm_segment`.
///
/// @param base linear address
/// @param limit last byte, already multiplied out if `granular`
/// @param selector what the visible register holds
/// @param type 4 bits: 11 code, 3 data, 11 busy TSS
/// @param present whether it may be used
/// @param dpl privilege level, 0 to 3
/// @param db 32-bit default size
/// @param s code or data, not a system segment
/// @param l 64-bit code
/// @param granular whether the descriptor counts pages
public record Segment(
    long base,
    int limit,
    int selector,
    int type,
    boolean present,
    int dpl,
    boolean db,
    boolean s,
    boolean l,
    boolean granular) {
  static final StructLayout LAYOUT =
      structLayout(
          JAVA_LONG.withName("base"),
          JAVA_INT.withName("limit"),
          JAVA_SHORT.withName("selector"),
          JAVA_BYTE.withName("type"),
          JAVA_BYTE.withName("present"),
          JAVA_BYTE.withName("dpl"),
          JAVA_BYTE.withName("db"),
          JAVA_BYTE.withName("s"),
          JAVA_BYTE.withName("l"),
          JAVA_BYTE.withName("g"),
          JAVA_BYTE.withName("avl"),
          JAVA_BYTE.withName("unusable"),
          paddingLayout(1));

  static Segment decode(MemorySegment at) {
    Struct segment = Struct.at(LAYOUT, at);
    return new Segment(
        segment.get("base"),
        (int) segment.get("limit"),
        (int) segment.get("selector"),
        (int) segment.get("type"),
        segment.get("present") != 0,
        (int) segment.get("dpl"),
        segment.get("db") != 0,
        segment.get("s") != 0,
        segment.get("l") != 0,
        segment.get("g") != 0);
  }

  void encode(MemorySegment at) {
    Struct.at(LAYOUT, at)
        .set("base", base)
        .set("limit", limit)
        .set("selector", selector)
        .set("type", type)
        .set("present", bit(present))
        .set("dpl", dpl)
        .set("db", bit(db))
        .set("s", bit(s))
        .set("l", bit(l))
        .set("g", bit(granular))
        .set("avl", 0)
        .set("unusable", bit(!present));
  }

  private static int bit(boolean value) {
    return value ? 1 : 0;
  }
}
