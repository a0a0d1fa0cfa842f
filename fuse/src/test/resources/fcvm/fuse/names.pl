# Names: every call with every kind of path, permissions on the way, sticky directories, renames over
# everything, links, opening.
my %calls = (
  stat => sub { stat $_[0] }, lstat => sub { lstat $_[0] }, readlink => sub { defined readlink $_[0] },
  mkdir => sub { mkdir $_[0], 0755 }, rmdir => sub { rmdir $_[0] }, unlink => sub { unlink $_[0] },
  mkfifo => sub { mkfifo $_[0], 0644 }, mknod => sub { mknod($_[0], S_IFREG | 0644) }, mkchar => sub { mknod($_[0], S_IFCHR | 0644, 0x103) },
  symlink => sub { symlink 'target', $_[0] }, 'link to' => sub { link 'plain', $_[0] }, 'link from' => sub { link $_[0], 'new' },
  'link followed' => sub { link_($_[0], 'new', FOLLOW) },
  'rename to' => sub { rename 'plain', $_[0] }, 'rename from' => sub { rename $_[0], 'new' }, 'rename dir to' => sub { rename 'directory', $_[0] },
  noreplace => sub { rename_('plain', $_[0], 1) }, exchange => sub { rename_('plain', $_[0], 2) }, 'bad flags' => sub { rename_('plain', $_[0], 3) },
  chmod => sub { chmod 0700, $_[0] }, chown => sub { chown 5, 6, $_[0] }, lchown => sub { lchown($_[0], 5, 6) },
  truncate => sub { truncate $_[0], 7 }, utimensat => sub { times_($_[0], [1, 2, 3, 4]) }, 'utimensat nofollow' => sub { times_($_[0], [1, 2, 3, 4], NOFOLLOW) },
  read => sub { sysopen my $h, $_[0], O_RDONLY | O_NONBLOCK }, write => sub { sysopen my $h, $_[0], O_WRONLY | O_NONBLOCK },
  trunc => sub { sysopen my $h, $_[0], O_RDWR | O_TRUNC | O_NONBLOCK }, create => sub { sysopen my $h, $_[0], O_RDWR | O_CREAT | O_NONBLOCK },
  exclusive => sub { sysopen my $h, $_[0], O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK }, nofollow => sub { sysopen my $h, $_[0], O_RDONLY | O_NOFOLLOW | O_NONBLOCK },
  directory => sub { sysopen my $h, $_[0], O_RDONLY | O_DIRECTORY | O_NONBLOCK }, tmpfile => sub { sysopen my $h, $_[0], O_RDWR | 020000000 | ($arm ? 040000 : 0200000) },
  access => sub { ok(call('faccessat', CWD, "$_[0]", 0)) }, opendir => sub { opendir my $d, $_[0] }, setxattr => sub { xattr($_[0], 'user.x', 'y') },
  statfs => sub { ok(call('statfs', "$_[0]", "\0" x 256)) },
);
my @calls = sort keys %calls;

# What is there before each call.
sub fixtures {
  for my $t (@types) { make($t, $t) if !lstat $t }
  make('regular', $_) for grep { !lstat $_ } 'plain', 'target';
  mkdir $_ for grep { !-d } 'directory', 'full'; touch('full/x') if !-e 'full/x';
  symlink 'nowhere', 'dangling' if !-l 'dangling'; symlink 'loop', 'loop' if !-l 'loop';
  symlink 'dir', 'todir' if !-l 'todir';
  truncate $_, 1 for 'plain', 'target', 'regular';
}

my $deep = join '/', map { 'd' x 200 } 1 .. 3;
my @paths = (@types, 'plain', 'full', 'dangling', 'loop', 'todir', 'none', '', '.', '..', 'dir/.', 'dir/..', 'dir/', 'plain/', 'none/', 'todir/', 'dangling/', 'symlink/',
  (map { "$_/x" } @types, 'none', 'dangling', 'loop', 'todir'), 'n' x 255, 'n' x 256, 'dir/' . 'n' x 255, 'dir/' . 'n' x 256, ('n' x 256) . '/x',
  './' x 2047 . 'p', './' x 2047 . 'pp', $deep);
fixtures();
for my $p (@paths) {
  my $l = length $p > 40 ? substr($p, 0, 2) . length $p : "'$p'";
  for my $c (@calls) {
    next if $p =~ /^\.\.?$/ && $c =~ /^(chmod|chown|lchown|utimensat)/ || $p =~ /\.\.$/ && $c =~ /^(chown|lchown|chmod)/;
    result("$c $l", $calls{$c}->($p));
    wipe('new', 'n' x 255, 'p', 'dir/x', 'dir/' . 'n' x 255, 'nowhere', 'none') if $c !~ /stat|read$|access|opendir/;
    if ($c !~ /^(l?stat|readlink|read|nofollow|directory|access|opendir|statfs)$/) { fixtures() }
  }
}
show(@types, 'plain', 'target', 'dir', 'directory', 'full', 'dangling', 'loop', 'todir');
wipe('full/x', 'full', @types, qw(plain target directory dangling loop todir));

# Permissions: of the directory on the way, of the one that changes, of the file.
my @people = ([0, '0'], [1001, '1001'], [1002, '1002 1001'], [1003, '1003']);
for my $m (0, 0100, 0300, 0500, 0600, 0700, 0070, 0050, 0007, 0005, 0777, 01777) {
  for my $who (@people) {
    my ($u, $g) = @$who;
    mkdir 'way'; mkdir 'way/in'; chown 1001, 1001, 'way', 'way/in'; chmod 0777, 'way', 'way/in';
    for my $place ('way', 'way/in') {
      for my $c (grep { !/bad|statfs|noreplace|mkchar|rename to|link to|rename dir|exchange|tmpfile|nofollow/ } @calls) {
        make('regular', 'way/in/f', 1001) if !lstat 'way/in/f'; chmod 0644, 'way/in/f';
        chmod $m, $place;
        my $p = $c =~ /^(mkdir|mkfifo|mknod|symlink|exclusive)$/ ? 'way/in/g' : $c =~ /^(rmdir|opendir|directory)$/ ? 'way/in' : 'way/in/f';
        as($u, $g, sub { result(sprintf('%o %s %s(%s) %s', $m, $place, $u, $g, $c), $calls{$c}->($p)) });
        chmod 0777, $place;
        wipe('way/in/g', 'new'); if (!-d 'way/in') { mkdir 'way/in'; chown 1001, 1001, 'way/in'; chmod 0777, 'way/in' }
      }
      chmod 0777, 'way/in';
    }
    wipe('way/in/f', 'way/in', 'way');
  }
}

# Sticky directories: owners of directory and file, and who moves or removes it.
for my $owners ([1001, 1001], [1001, 1003], [1003, 1001], [0, 1001], [1001, 0], [0, 0]) {
  my ($d, $f) = @$owners;
  for my $m (0777, 01777) {
    for my $type (@types) {
      mkdir 'sticky'; mkdir 'free'; chmod 0777, 'free'; chown $d, $d, 'sticky'; chmod $m, 'sticky';
      as(1001, '1001', sub {
        my $t = sprintf '%o %d/%d %s', $m, $d, $f, $type;
        local $> = 0; make($type, 'sticky/x', $f); local $> = 1001;
        result("$t out", rename 'sticky/x', 'free/x'); rename 'free/x', 'sticky/x' if lstat 'free/x';
        result("$t inside", rename 'sticky/x', 'sticky/y'); rename 'sticky/y', 'sticky/x' if lstat 'sticky/y';
        if ($type eq 'dir') { mkdir 'free/n' } else { touch('free/n') }
        result("$t over", rename 'free/n', 'sticky/x'); wipe('free/n');
        local $> = 0; make($type, 'sticky/x', $f) if !lstat 'sticky/x'; local $> = 1001;
        result("$t remove", $type eq 'dir' ? rmdir 'sticky/x' : unlink 'sticky/x');
      });
      wipe('sticky/x', 'sticky/y', 'sticky', 'free/x', 'free/n', 'free');
    }
  }
}

# Everything renamed over everything, with every flag.
for my $from (@types, 'full', 'none') {
  for my $to (@types, 'full', 'none', 'self', 'twin') {
    for my $flags (0, 1, 2, 4) {
      next if $flags == 4 && $from eq 'none';
      for ([$from, 'x'], [$to, 'y']) { my ($t, $p) = @$_; $t eq 'full' ? (mkdir($p), touch("$p/f")) : $t =~ /none|self|twin/ ? 0 : make($t, $p) }
      link 'x', 'y' if $to eq 'twin';
      result("$flags $from over $to", rename_('x', $to eq 'self' ? 'x' : 'y', $flags));
      show('x', 'y'); wipe('x/f', 'y/f', 'x', 'y');
    }
  }
}
mkdir 'a'; mkdir 'a/b'; mkdir 'a/b/c'; mkdir 'z'; show('a', 'z');
result('into itself', rename 'a', 'a/b/x'); result('over its parent', rename 'a/b/c', 'a/b'); result('exchange with parent', rename_('a/b', 'a', 2));
result('moved', rename 'a/b', 'z/b'); show('a', 'z', 'z/b'); result('over a full one', rename 'a', 'z'); result('over itself', rename 'a', 'a');
result('exchanged', rename_('a', 'z/b', 2)); show('a', 'a/c', 'z/b'); result('..', -e 'a/c/../../z'); wipe('a/c', 'a', 'z/b', 'z');
mkdir 'locked', 0755; chown 1003, 1003, 'locked'; mkdir 'mine'; chown 1001, 1001, 'mine'; mkdir 'mine/d'; chown 1003, 1003, 'mine/d';
as(1001, '1001', sub { result('a directory of others to another parent', rename 'mine/d', 'd2'); result('in the same parent', rename 'mine/d', 'mine/e') });
wipe('mine/d', 'mine/e', 'mine', 'locked');

# Links: of every type, counts, and where they cannot be.
for my $t (@types) {
  make($t, 'x', 1001); result("link of $t", link_('x', 'y')); show('x', 'y'); result('again', link_('x', 'y')); result("followed $t", link_('x', 'w', FOLLOW));
  as(1003, '1003', sub { result('by others', link_('x', 'v')) }); wipe('y'); show('x'); wipe('x', 'v', 'w');
}
touch('x'); link 'x', "l$_" for 1 .. 20; show('x'); wipe('l1', 'l2'); show('l3'); wipe('x', map { "l$_" } 3 .. 20);

# Opening: exclusively, through links, programs that run.
symlink 'nowhere', 'dangling'; my $h;
result('exclusive dangling', sysopen $h, 'dangling', O_RDWR | O_CREAT | O_EXCL); show('nowhere');
result('create dangling', sysopen $h, 'dangling', O_RDWR | O_CREAT); show('nowhere', 'dangling'); wipe('nowhere', 'dangling');
for my $t (@types) { make($t, 'x'); result("exclusive $t", sysopen $h, 'x', O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK); result("nofollow $t", sysopen $h, 'x', O_WRONLY | O_NOFOLLOW | O_NONBLOCK); wipe('x', 'target') }
system 'cp', '/bin/sleep', 'program'; my $pid = fork // die; if (!$pid) { exec './program', '5' } select undef, undef, undef, 0.3;
result('busy write', sysopen $h, 'program', O_WRONLY); result('busy trunc', sysopen $h, 'program', O_RDWR | O_TRUNC); result('busy truncate', truncate 'program', 1);
result('busy read', sysopen $h, 'program', O_RDONLY); result('busy chmod', chmod 0700, 'program'); result('busy rename', rename 'program', 'p2'); result('busy unlink', unlink 'p2');
kill 9, $pid; waitpid $pid, 0;
system 'cp', '/bin/true', 'program'; sysopen $h, 'program', O_WRONLY; result('written program', !system '/bin/sh', '-c', './program 2>/dev/null'); close $h; result('program', !system './program');
chmod 0644, 'program'; result('no program', !system '/bin/sh', '-c', './program 2>/dev/null'); wipe('program');
my $tmp = 020000000 | ($arm ? 040000 : 0200000);
result('nameless', sysopen $h, '.', O_RDWR | $tmp, 0640); syswrite $h, 'data'; say_('count', (stat $h)[3], sprintf '%o', (stat $h)[2]);
result('gets a name', link_('/proc/self/fd/' . fileno $h, 'named', FOLLOW)); show('named'); close $h; wipe('named');
result('never named', sysopen $h, '.', O_RDWR | $tmp | O_EXCL, 0640); result('no name', link_('/proc/self/fd/' . fileno $h, 'named', FOLLOW)); close $h;
touch('x'); sysopen $h, 'x', O_RDWR; unlink 'x'; result('a name after the last', link_('/proc/self/fd/' . fileno $h, 'y', FOLLOW));
result('open what is gone', sysopen my $i, '/proc/self/fd/' . fileno $h, O_RDONLY); close $h;
wipe('regular', 'target');
