package fcvm.vmm;

import java.util.List;
import java.util.Optional;

/// Whether a guest can be a hypervisor itself, with a `/dev/kvm` of its own, and in which way.
public enum Nesting {
  /// It cannot: what it would need is hidden from it.
  OFF("off"),

  /// As the architecture does it best. On aarch64 an EL2 with VHE (FEAT_NV2), whose guests can be
  /// hypervisors again; on x86_64 SVM or VMX, whichever the processor has.
  VHE("vhe"),

  /// On aarch64 an EL2 without VHE (HCR_EL2.E2H is 0), as older processors have it. Each switch
  /// between such a hypervisor and its host part traps, and its guests cannot be hypervisors.
  NVHE("nvhe");

  private final String word;

  Nesting(String word) {
    this.word = word;
  }

  /// What can be asked for by name.
  public static List<String> modes() {
    return List.of(VHE.word, NVHE.word);
  }

  /// The mode of a name of [#modes].
  public static Optional<Nesting> of(String mode) {
    return switch (mode) {
      case "vhe" -> Optional.of(VHE);
      case "nvhe" -> Optional.of(NVHE);
      default -> Optional.empty();
    };
  }

  /// Whether the guest can be a hypervisor at all.
  public boolean isOn() {
    return this != OFF;
  }

  @Override
  public String toString() {
    return word;
  }
}
