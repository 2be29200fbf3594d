import nbformat
S={"notebooks/12_weigh_the_loss.ipynb":{
"rosetta":("One name, betas from 0.001 to 784","Eleven public codes say 'the loss of a VAE'. How far apart are their weights?",1.5,
"**A mean where a sum belongs is a weight that nobody chose.** Each dot is a loss as it stands in public code, at the beta it stands for if both prices are in nats. Below are recorded maps at their beta. Ask which will collapse and which will scatter, before you read the names on the far left and right. `BETA = 500` comes to about 2: it weighs the other price."),
"explorer":("A menu of losses, and the map each one gives","Which of these losses would you take? Choose one, and look at its map.",2,
"**Read a loss by two numbers: what a nat of pixels counts in it, and what a nat of code.** Let the room name a loss from the menu; the slider goes to its beta, or to the nearer end of what was recorded. Then go on with the slider until copies show the wrong digit, and until they are all one."),
"draw-three":("Three of them, trained side by side","The same network, images and order, three weights from public code. Which map is which lesson's?",1.5,
"**A scattered map, a VAE and a heap come out of 'the same' loss.** The circle has a radius of 3 in each panel. Left, the KL divergence averaged over batch and dimensions: codes run away, as in lesson 05. Middle, both sums. Right, two means: every image has the prior, as in lesson 07. Below each stands what a code costs."),
"draw-gaussians":("Let the squares find their own weight","Squared errors claim a sigma. Sum of squares: one half, squared. What would the data say?",1.5,
"**Squares cost one over two sigma squared nats each, and the training can learn that sigma.** Left, the plain sum, which claims that pixels are typically off by 0.7. Right, the variance is learned, and ends near the mean squared error, more than ten times smaller. So beside learned bets the plain sum had a beta of about ten, though nobody wrote one."),
"draw-rates":("The slope is minus beta, or a training missed","Two trainings with different beta: how much reconstruction may a nat of code save?",1.5,
"**The rate between two neighbours has to lie between their betas, if both found their best.** Each bar is such a pair of betas, each dot the measured rate. On the right they agree, on the left they do not: there at least one of two trainings has missed. The test needs two prices and no third model."),
"draw-cases":("Three things called collapse","Three models with silent dimensions. Which could be had better, and how would you know?",2,
"**Ask of a silent dimension: would a loss be lower with it?** A: nothing but the KL divergence counts, silence is the optimum. B: beta is 30, and what a code saves is worth less than it costs: pruning. C: dimensions fell silent early in a training and never came back, though they would pay: stuck; only a new training with warm-up helps."),
},"notebooks/13_bring_your_own_data.ipynb":{
"look":("A folder of pictures, loaded","What should one look at before the first training?",1,
"**Look at the pictures before anything is trained on them.** One call has read the folder: every picture is cut to a square, a fifth is kept apart, what could not be used is named. Nothing in the folder was changed. Ask what a network could learn here: colour first, then edges."),
"map":("The map of one's own pictures","What will lie beside what on the map: equal colours, or equal patterns?",1.5,
"**Neighbours share a colour far more than a pattern.** Each patch stands at its code. Let somebody walk along one arm and say what changes. It is what a short training finds first, since colour is the cheapest way to lower the bill: two numbers have to be spent well."),
"curves":("Test bills turn, and a straight line pays less","Dense or convolutional, with mirror images or without: who pays least on unseen patches?",2,
"**Convolutions help and mirror images help, and probabilistic PCA still pays less than all four.** Solid is the test bill over the steps, dashed the training bill. Where both part, the network has begun to learn single patches. The grey line is the straight rival with as many dimensions. For two thousand small patches a network has no advantage: know that before you train."),
"typical":("The cheapest are plain","Sort the test pictures by their bill. What do the cheapest have in common, and the dearest?",1.5,
"**A bill says how hard a picture is to tell, not how typical it is.** Above the cheapest, below the dearest. Ask whether the cheapest are the most typical ones. Then the control: paint pictures over in one colour, and most become cheaper, though nothing of the photograph is left. Keep that in mind when somebody finds anomalies by the bill."),
"seven":("Draw me a 7","A VAE told the digit: what is left for its code to say?",1.5,
"**Told the digit, the code says the hand.** One row, one code; one column, one digit. Each row leans and is as bold as its neighbour on the left, whatever the digit. Ask for a number from the room and point at its column. A judge sees the digit that was asked for in nearly all of them."),
"ill-figure":("Five trainings, broken and mended","Grey copies, copies without edges, a heap: which illness is which?",2,
"**Most failures have a symptom that one can look at.** Each pair is a broken training and its cure, a few lines apart. Cover the cures and let the room name the illness: values out of their range, a rate too high, too few dimensions, a weight that nobody chose. The table of the lesson is worth printing."),
}}
import sys
for p,cells in S.items():
    n=nbformat.read(p,4); by={c.id:c for c in n.cells}
    for i,(title,ask,minutes,say) in cells.items():
        c=by[i]; c.metadata["slideshow"]={"slide_type":"slide"}
        c.metadata["stage"]=dict(ask=ask,minutes=minutes,say=say,title=title)
        assert 5<len(title)<=60 and 5<len(ask)<=110 and 10<=len(say.split())<=110,(i,len(title),len(ask),len(say.split()))
    nbformat.write(n,p)
