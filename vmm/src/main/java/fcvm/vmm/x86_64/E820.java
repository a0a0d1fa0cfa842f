package fcvm.vmm.x86_64;

import fcvm.vmm.AddressRange;
import fcvm.vmm.BootPlan;
import java.util.ArrayList;
import java.util.List;

/// An entry of the memory map that firmware gives an operating system.
///
/// @param range what it is about
/// @param type [#RAM] or [#RESERVED]
record E820(AddressRange range, int type) {
  static final int RAM = 1;
  static final int RESERVED = 2;

  /// The map of a machine.
  static List<E820> of(BootPlan plan) {
    long low = MemoryMap.CONVENTIONAL_END;
    List<E820> map = new ArrayList<>();
    map.add(new E820(new AddressRange(0, low), RAM));
    map.add(new E820(new AddressRange(low, MemoryMap.HIGH_MEMORY - low), RESERVED));
    for (AddressRange range : plan.memory()) {
      long start = Math.max(range.gpa(), MemoryMap.HIGH_MEMORY);
      if (range.end() > start) {
        map.add(new E820(new AddressRange(start, range.end() - start), RAM));
      }
    }
    if (plan.isPci()) {
      map.add(new E820(MemoryMap.ECAM, RESERVED));
    }
    return map;
  }
}
