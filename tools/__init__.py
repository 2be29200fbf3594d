"""What makes and checks the course: run as `python -m tools.NAME` from its root.

test       all that has to pass: style, tests, every lesson compared (`make test`)
check      lessons run again and compared with their stored outputs
lessons    lessons run, and stored in canonical form (`make notebooks`)
taught     cells that teach a definition, made equal to the package
ledger     claims of every lesson over seeds and data sets, beside the statements
long       trainings too long for a lesson, recorded in results/ (`sixteen`, `betas`,
           `folder_vae` say which)
strangers  claims of every lesson on digits of fonts, on which no bound was chosen
page       a lesson as one HTML file, its sliders alive (`make page LESSON=08`)
pages      all of them, with an index from statements to cells (`make pages`)
deck       slides of the lecture, or of a lesson (`make lecture`, `make slides LESSON=08`)
handout    a deck printed as PDF (`make handout`)
student    all lessons without solutions, their checks sealed (`make student`)
grade      what returned exercises have stored, in a table; nothing is run
bench      speed and memory, in one run (`make bench`); `sliders` is a part of it
lock       requirements.lock and requirements-test.lock, made again

lab serves a notebook to a browser; stage enlarges the figures of slides; nbval_guards
closes what nbval leaves open.
"""
