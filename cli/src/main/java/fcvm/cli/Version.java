package fcvm.cli;

/// Which fcvm this is.
final class Version {
  private Version() {}

  /// The version that the build gave its module, `development` outside of a build.
  static String number() {
    return Version.class.getModule().getDescriptor().rawVersion().orElse("development");
  }
}
