package fcvm.vmm.x86_64;

import fcvm.kvm.x86_64.CpuId;
import fcvm.kvm.x86_64.CpuId.Entry;
import java.util.ArrayList;
import java.util.List;

/// What CPUID answers on each vCPU: what KVM supports, with the machine's own topology, one package
/// of single-threaded cores. Leaves and bits are those of Intel's SDM volume 2 (CPUID) and AMD's
/// APM volume 3, appendix E.
///
/// @param vcpus how many there are; a vCPU's number is its APIC id
/// @param nested whether guests may use VMX or SVM
record CpuIdentity(int vcpus, boolean nested) {
  private static final int ECX_TSC_DEADLINE = 1 << 24;
  private static final int ECX_HYPERVISOR = 1 << 31;
  private static final int EDX_HTT = 1 << 28;
  private static final int AMD_ECX_CMP_LEGACY = 1 << 1;

  private static final int LEVEL_SMT = 1;
  private static final int LEVEL_CORE = 2;

  /// The table of vCPU `id`.
  CpuId of(CpuId supported, int id) {
    List<Entry> entries = new ArrayList<>();
    boolean extendedTopology = false;
    for (Entry entry : supported.entries()) {
      switch (entry.function()) {
        case 0x1 -> entries.add(features(entry, id));
        case 0x4 -> entries.add(intelCache(entry));
        case 0xb -> extendedTopology = true; // replaced below
        case 0x1f, 0x80000026 -> {} // finer topology than there is
        case 0xa -> entries.add(entry.with(0, 0, 0, 0)); // no performance counters
        case 0x80000001 -> entries.add(amdFeatures(entry));
        case 0x80000008 -> entries.add(amdCores(entry));
        case Hypervisor.SVM_LEAF -> {
          if (nested) {
            entries.add(entry);
          }
        }
        case 0x8000001d -> entries.add(amdCache(entry));
        case 0x8000001e -> entries.add(entry.with(id, id, 0, 0));
        default -> entries.add(entry);
      }
    }
    if (extendedTopology) {
      addTopology(entries, id);
    }
    return new CpuId(entries);
  }

  private Entry features(Entry entry, int id) {
    int ebx = (entry.ebx() & 0xffff) | vcpus << 16 | id << 24;
    int ecx =
        (entry.ecx() & ~(nested ? 0 : Hypervisor.ECX_VMX)) | ECX_TSC_DEADLINE | ECX_HYPERVISOR;
    int edx = vcpus > 1 ? entry.edx() | EDX_HTT : entry.edx() & ~EDX_HTT;
    return entry.with(entry.eax(), ebx, ecx, edx);
  }

  /// EAX 31:26 cores in the package less one, 25:14 threads that share the cache less one: the
  /// third level is the package's, the others a core's.
  private Entry intelCache(Entry entry) {
    int type = entry.eax() & 0x1f;
    if (type == 0) {
      return entry;
    }
    int eax = (entry.eax() & 0x3fff) | (idRange() - 1) << 26 | (sharing(entry) - 1) << 14;
    return entry.with(eax, entry.ebx(), entry.ecx(), entry.edx());
  }

  private Entry amdCache(Entry entry) {
    if ((entry.eax() & 0x1f) == 0) {
      return entry;
    }
    int eax = (entry.eax() & ~(0xfff << 14)) | (sharing(entry) - 1) << 14;
    return entry.with(eax, entry.ebx(), entry.ecx(), entry.edx());
  }

  private int sharing(Entry cache) {
    int level = cache.eax() >> 5 & 7;
    return level >= 3 ? idRange() : 1;
  }

  private Entry amdFeatures(Entry entry) {
    int ecx = entry.ecx() & ~(AMD_ECX_CMP_LEGACY | (nested ? 0 : Hypervisor.AMD_ECX_SVM));
    if (vcpus > 1 && isAmd(entry)) {
      ecx |= AMD_ECX_CMP_LEGACY;
    }
    return entry.with(entry.eax(), entry.ebx(), ecx, entry.edx());
  }

  /// Only AMD's processors have anything in EBX here.
  private static boolean isAmd(Entry features) {
    return features.ebx() != 0;
  }

  /// ECX 15:12 width of the core's number in the APIC id, 7:0 cores less one.
  private Entry amdCores(Entry entry) {
    int ecx = idBits() << 12 | vcpus - 1;
    return entry.with(entry.eax(), entry.ebx(), ecx, entry.edx());
  }

  /// Leaf 0xb: one thread per core, all cores in one package.
  private void addTopology(List<Entry> entries, int id) {
    int index = Entry.SIGNIFICANT_INDEX;
    entries.add(new Entry(0xb, 0, index, 0, 1, LEVEL_SMT << 8, id));
    entries.add(new Entry(0xb, 1, index, idBits(), vcpus, LEVEL_CORE << 8 | 1, id));
    entries.add(new Entry(0xb, 2, index, 0, 0, 2, id));
  }

  /// How many bits of the APIC id number the cores.
  private int idBits() {
    return Integer.SIZE - Integer.numberOfLeadingZeros(vcpus - 1);
  }

  private int idRange() {
    return 1 << idBits();
  }
}
