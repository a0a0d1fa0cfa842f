package fcvm.cli;

import java.lang.module.ModuleDescriptor;

/// Which fcvm this is.
final class Version {
  private static final String DEVELOPMENT = "development";

  private Version() {}

  /// The version that the build gave its module, `development` outside of a build.
  static String number() {
    ModuleDescriptor module = Version.class.getModule().getDescriptor();
    return module == null ? DEVELOPMENT : module.rawVersion().orElse(DEVELOPMENT);
  }
}
