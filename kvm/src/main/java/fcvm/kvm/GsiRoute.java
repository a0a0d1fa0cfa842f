package fcvm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Where a GSI leads: `struct kvm_irq_routing_entry`.
public sealed interface GsiRoute {
  /// The global system interrupt.
  int gsi();

  /// To a pin of an interrupt controller in the kernel.
  ///
  /// @param irqchip on x86 0 and 1 for the 8259s, 2 for the IOAPIC; on aarch64 0
  record Pin(int gsi, int irqchip, int pin) implements GsiRoute {}

  /// To a message.
  record Msi(int gsi, long address, int data) implements GsiRoute {}

  private static Struct entry(GsiRoute route, MemorySegment at) {
    Struct entry = Struct.at(Structs.IRQ_ROUTING_ENTRY, at).set("gsi", route.gsi());
    MemorySegment u = entry.slice("u");
    switch (route) {
      case Pin pin -> {
        entry.set("type", 1); // KVM_IRQ_ROUTING_IRQCHIP
        u.setAtIndex(JAVA_INT, 0, pin.irqchip);
        u.setAtIndex(JAVA_INT, 1, pin.pin);
      }
      case Msi msi -> {
        entry.set("type", 2); // KVM_IRQ_ROUTING_MSI
        u.setAtIndex(JAVA_INT, 0, (int) msi.address);
        u.setAtIndex(JAVA_INT, 1, (int) (msi.address >>> 32));
        u.setAtIndex(JAVA_INT, 2, msi.data);
      }
    }
    return entry;
  }

  /// `struct kvm_irq_routing` with its entries.
  static MemorySegment encode(List<GsiRoute> routes, Arena arena) {
    long header = Structs.IRQ_ROUTING.byteSize();
    long size = Structs.IRQ_ROUTING_ENTRY.byteSize();
    MemorySegment table = arena.allocate(header + size * routes.size(), Long.BYTES);
    Struct.at(Structs.IRQ_ROUTING, table).set("nr", routes.size());
    for (int i = 0; i < routes.size(); i++) {
      entry(routes.get(i), table.asSlice(header + size * i, size));
    }
    return table;
  }
}
