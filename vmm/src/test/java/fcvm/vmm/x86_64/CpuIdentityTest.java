package fcvm.vmm.x86_64;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.kvm.x86_64.CpuId;
import fcvm.kvm.x86_64.CpuId.Entry;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CpuIdentityTest {
  private static final int SVM = 1 << 2;
  private static final int VMX = 1 << 5;

  private static final CpuId HOST =
      new CpuId(
          List.of(
              new Entry(0, 0, 0, 0xd, 0, 0, 0),
              new Entry(1, 0, 0, 0x800f12, 0x7f40_0800, VMX, 0),
              new Entry(4, 3, 1, 0xfc1f_c163, 0, 0, 0),
              new Entry(0xb, 0, 1, 1, 2, 0x100, 77),
              new Entry(0x1f, 0, 1, 1, 2, 0x100, 77),
              new Entry(0xa, 0, 0, 0x08300802, 0, 0, 0),
              new Entry(0x8000_0001, 0, 0, 0, 0x4000_0000, SVM, 0),
              new Entry(0x8000_0008, 0, 0, 0x3028, 0, 0x703f, 0),
              new Entry(0x8000_000a, 0, 0, 1, 16, 0, 0),
              new Entry(0x8000_001e, 0, 0, 77, 77, 77, 0)));

  private static Entry leaf(CpuId table, int function, int index) {
    return table.entries().stream()
        .filter(e -> e.function() == function && e.index() == index)
        .findFirst()
        .orElseThrow();
  }

  @Property
  void everyProcessorIsACoreOfOnePackage(@ForAll @IntRange(min = 1, max = 32) int vcpus) {
    CpuIdentity identity = new CpuIdentity(vcpus, true);
    for (int id = 0; id < vcpus; id++) {
      CpuId table = identity.of(HOST, id);
      assertThat(leaf(table, 1, 0).ebx() >>> 24).isEqualTo(id);
      assertThat(leaf(table, 1, 0).ebx() >> 16 & 0xff).isEqualTo(vcpus);
      assertThat(leaf(table, 1, 0).ecx()).as("hypervisor present").isNegative();
      assertThat(leaf(table, 0x8000_001e, 0).eax()).isEqualTo(id);
      assertThat(leaf(table, 0x8000_0008, 0).ecx() & 0xff).isEqualTo(vcpus - 1);
      assertThat(leaf(table, 0xb, 0).ebx()).isEqualTo(1);
      assertThat(leaf(table, 0xb, 1).ebx()).isEqualTo(vcpus);
      assertThat(leaf(table, 0xb, 1).edx()).isEqualTo(id);
      int shift = leaf(table, 0xb, 1).eax();
      assertThat(id >> shift).as("package").isZero();
      assertThat(1 << shift).isLessThan(2 * vcpus).isGreaterThanOrEqualTo(vcpus);
      assertThat(leaf(table, 4, 3).eax() >>> 14 & 0xfff).isEqualTo((1 << shift) - 1);
      assertThat(table.entries()).noneMatch(e -> e.function() == 0x1f);
    }
  }

  @Test
  void virtualizationIsOfferedOnlyWhereItIsAskedFor() {
    CpuId with = new CpuIdentity(1, true).of(HOST, 0);
    CpuId without = new CpuIdentity(1, false).of(HOST, 0);
    assertThat(leaf(with, 1, 0).ecx() & VMX).isNotZero();
    assertThat(leaf(with, 0x8000_0001, 0).ecx() & SVM).isNotZero();
    assertThat(leaf(without, 1, 0).ecx() & VMX).isZero();
    assertThat(leaf(without, 0x8000_0001, 0).ecx() & SVM).isZero();
    assertThat(without.entries()).noneMatch(e -> e.function() == 0x8000_000a);
  }
}
