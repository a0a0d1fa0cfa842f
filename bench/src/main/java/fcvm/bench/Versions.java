package fcvm.bench;

import fcvm.linux.Arch;
import fcvm.provision.ToolTree;
import java.io.IOException;
import java.util.Optional;

/// Of what was measured with, without which numbers say little. The guests tell their kernel
/// themselves, see [Results].
///
/// @param fcvm this program
/// @param java that it runs on
/// @param kernel of the computer, an emulated one or not, that has the directory and KVM
/// @param emulator the QEMU that emulates this computer, if one does
/// @param qemu of the peer
/// @param virtiofsd of the peer
public record Versions(
    Arch arch,
    String fcvm,
    String java,
    String kernel,
    Optional<String> emulator,
    String qemu,
    String virtiofsd) {
  /// Those of this computer.
  ///
  /// @throws IOException if the peer's programs do not run
  public static Versions here(String fcvm, Optional<String> emulator, ToolTree tools)
      throws IOException {
    return new Versions(
        Arch.current(),
        fcvm,
        Runtime.version().toString(),
        System.getProperty("os.version"),
        emulator,
        tools.version(PeerCommand.qemu(Arch.current())),
        tools.version(PeerCommand.VIRTIOFSD));
  }
}
