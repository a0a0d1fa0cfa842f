package fcvm.provision;

import java.util.Optional;

/// Where Debian's packages come from.
///
/// @param archive URI of the main archive, which has the directory `dists/trixie`
/// @param security URI of the security archive, if the computer uses one
record DebianMirror(String archive, Optional<String> security) {
  /// Environment variable that names the archive's URI where apt's configuration does not.
  static final String VARIABLE = "FCVM_DEBIAN_MIRROR";

  /// Keys that sign Debian's archive, from the package debian-archive-keyring.
  static final String KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
}
