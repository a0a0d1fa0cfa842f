package fcvm.kvm.x86_64;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.kvm.x86_64.Regs.Register;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sizes and offsets, as a C compiler finds them in x86's headers.
class X86LayoutTest {
  private static final Map<String, StructLayout> LAYOUTS =
      Map.of(
          "segment", Segment.LAYOUT,
          "dtable", Sregs.DTABLE,
          "sregs", Sregs.LAYOUT,
          "msrs", Msrs.HEADER,
          "msr_entry", Msrs.ENTRY,
          "cpuid2", CpuId.HEADER,
          "cpuid_entry2", CpuId.ENTRY,
          "fpu", Fpu.LAYOUT,
          "pit_config", Pc.PIT_CONFIG);

  @ParameterizedTest
  @CsvSource({
    "segment, 24",
    "dtable, 16",
    "sregs, 312",
    "msrs, 8",
    "msr_entry, 16",
    "cpuid2, 8",
    "cpuid_entry2, 40",
    "fpu, 416",
    "pit_config, 64"
  })
  void sizes(String struct, long size) {
    assertThat(LAYOUTS.get(struct).byteSize()).isEqualTo(size);
  }

  @ParameterizedTest
  @CsvSource({
    "segment, limit, 8",
    "segment, selector, 12",
    "segment, type, 14",
    "segment, present, 15",
    "segment, dpl, 16",
    "segment, db, 17",
    "segment, s, 18",
    "segment, l, 19",
    "segment, g, 20",
    "segment, avl, 21",
    "segment, unusable, 22",
    "dtable, limit, 8",
    "sregs, segments, 0",
    "sregs, gdt, 192",
    "sregs, idt, 208",
    "sregs, cr0, 224",
    "sregs, cr2, 232",
    "sregs, cr3, 240",
    "sregs, cr4, 248",
    "sregs, cr8, 256",
    "sregs, efer, 264",
    "sregs, apic_base, 272",
    "sregs, interrupt_bitmap, 280",
    "msr_entry, data, 8",
    "cpuid_entry2, index, 4",
    "cpuid_entry2, flags, 8",
    "cpuid_entry2, eax, 12",
    "cpuid_entry2, edx, 24",
    "fpu, fcw, 128",
    "fpu, xmm, 152",
    "fpu, mxcsr, 408"
  })
  void offsets(String struct, String field, long offset) {
    MemoryLayout layout = LAYOUTS.get(struct);
    assertThat(layout.byteOffset(groupElement(field))).isEqualTo(offset);
  }

  @Test
  void registers() {
    assertThat(Regs.LAYOUT.byteSize()).isEqualTo(144);
    assertThat(Register.RIP.offset()).isEqualTo(128);
    assertThat(Register.RSP.offset()).isEqualTo(48);
    assertThat(Sregs.Selector.TR.offset()).isEqualTo(144);
    assertThat(Sregs.Selector.LDT.offset()).isEqualTo(168);
    assertThat(Lapic.SIZE).isEqualTo(1024);
  }
}
